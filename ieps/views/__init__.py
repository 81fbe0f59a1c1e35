"""Pages of IEPs: reading (`reading`), writing (`writing`), acts of its life (`acts`)."""
