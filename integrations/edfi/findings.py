"""What is wrong with Ed-Fi files, said so that the person who sent them can repair it."""

from collections.abc import Mapping

from integrations.oneroster.findings import gettext_noop

REASONS: Mapping[str, str] = {
    # the archive and its files
    "no_edfi": gettext_noop("There is no XML file in this zip. Send the Ed-Fi interchange files."),
    "not_xml": gettext_noop("{name} is no XML file and was not read."),
    "xml_truncated": gettext_noop("{name} stops in the middle. Export it again; nothing of it was read."),
    "xml_broken": gettext_noop("{name} is not well-formed XML. Nothing of it was read."),
    "xml_encoding": gettext_noop(
        "{name} is not in the encoding that it declares, or in one that is not read. Save it as UTF-8."
    ),
    "xml_entities": gettext_noop("{name} declares a document type or entities. Such a file is not opened."),
    "xml_too_deep": gettext_noop("{name} nests elements more than {limit} deep. Such a file is not opened."),
    "xml_too_much": gettext_noop("One element of {name} holds more than {limit} others. It is not opened."),
    "xml_long_text": gettext_noop("{name} holds a text of more than {limit} characters. It is not opened."),
    "xml_root": gettext_noop("{name} begins with {found}; an Ed-Fi file begins with an interchange."),
    "xml_namespace": gettext_noop("{name} is not in an Ed-Fi namespace, but in {found}."),
    "xml_version": gettext_noop("{name} is written for Ed-Fi {found}; versions 4 and 5 are read."),
    "versions_differ": gettext_noop("{name} is in version {found}, another file in {version}."),
    "interchange_unused": gettext_noop("{name} holds the interchange {found}, which is not needed here."),
    "elements_unused": gettext_noop("{count} × {found} in {name} were not read: nothing here needs them."),
    # what the files as a whole do not say
    "no_school_link": gettext_noop(
        "No file says which school a pupil attends. Case files opened by this import stand under "
        "“School not known” until somebody chooses the school."
    ),
    "no_iep": gettext_noop(
        "These files hold no IEP. A special education program is kept as an enrollment, and no IEP becomes active."
    ),
    "kept_with_roster": gettext_noop(
        "Programs and results of pupils without a case file are kept with the roster and join the case file "
        "when the pupil is referred."
    ),
    # an element
    "element_missing": gettext_noop("This must not be missing or blank."),
    "element_too_long": gettext_noop("This is {found} characters long; at most {limit} are kept."),
    "date_left_out": gettext_noop("{value} is not a date; it was left out."),
    "date_in_future": gettext_noop("{value} is after today; it was left out."),
    "end_left_out": gettext_noop("The end, {end}, is before the start, {begin}; the end was left out."),
    "before_birth": gettext_noop("{value} is before the date of birth, {born}."),
    "number_left_out": gettext_noop("{value} is not a number that can be; it was left out."),
    "yes_or_no": gettext_noop("{value} is neither yes nor no; it was left out."),
    "mail_left_out": gettext_noop("This is not an e-mail address; it was left out."),
    "grade_not_known": gettext_noop("The grade {value} is not known; it was left out."),
    "descriptor_unknown": gettext_noop("{value} is in none of the descriptor files that were sent."),
    "disability_unknown": gettext_noop(
        "{value} is no category of 34 CFR 300.8; it was kept in words, and no category was chosen."
    ),
    "setting_unknown": gettext_noop("The setting {value} is not known; it was kept in words."),
    "disability_order": gettext_noop("More than one disability has the order {value}."),
    "one_disability": gettext_noop("The pupil is said to have multiple disabilities, but {count} is named."),
    "eligible_without_disability": gettext_noop(
        "Eligible under IDEA, but no disability is named; the case file is not marked as eligible."
    ),
    "hours_contradict": gettext_noop(
        "{special} hours of special education are more than the {whole} school hours of the week; "
        "both were left out."
    ),
    "exit_without_date": gettext_noop("A reason for leaving special education is given, but no date."),
    "exit_before_begin": gettext_noop(
        "The exit from special education, {value}, is before the program began, {begin}; it was left out."
    ),
    "exit_differs": gettext_noop("Special education was left on {value}, but the program ends on {end}."),
    "exit_at_age": gettext_noop("The reason “{value}” does not go with an age of {age}."),
    # between elements
    "same_again": gettext_noop("This element repeats {place} word for word."),
    "same_key": gettext_noop("The key of {place} again, with other content. {place} counts."),
    "student_unknown": gettext_noop("The student {value} is in no sound element of a student file."),
    "staff_unknown": gettext_noop("The member of staff {value} is in no sound element."),
    "provider_unknown": gettext_noop("The provider {value} is in no sound element; it was left out."),
    "school_unknown": gettext_noop("The school {value} does not exist in these files."),
    "place_unknown": gettext_noop("The organization {value} does not exist in these files."),
    # an assessment
    "no_score": gettext_noop("Neither a score nor a performance level, nor a reason why there is none."),
    "score_not_number": gettext_noop("The score {value} should be a number ({type}); it was kept as it is."),
    "outside_school_year": gettext_noop("{value} is not in the school year {year}."),
    "level_subject": gettext_noop("The level “{value}” does not go with the assessment {title}."),
    "part_elsewhere": gettext_noop("A part belongs to the assessment {value}; it was left out."),
    # between the files and the district
    "id_of_another": gettext_noop(
        "The id {value} belongs to a case file with another name or date of birth; no case file was touched."
    ),
}
