from django.apps import AppConfig

from core.registry import register


class IepsConfig(AppConfig):
    name = "ieps"

    def ready(self) -> None:
        from ieps import texts
        from ieps.parts_of_record import copies, parts  # models are loaded only now

        register("ieps.parts_of_record", parts)
        register("ieps.copies_of_record", copies)
        register(f"{texts.RULE}.text_rights", texts.text_rights)
        register(f"{texts.RULE}.text_place", texts.text_place)
        register(f"{texts.RULE}.materialised", texts.keep_words)
        register(f"{texts.RULE}.standing", texts.standing)
        register(f"{texts.RULE}.hold", texts.hold)
        register(f"{texts.RULE}.closed", texts.closed)
