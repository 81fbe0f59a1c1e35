"""The demonstration district: invented people and students, eight months of believable progress."""
