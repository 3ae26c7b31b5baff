"""The bank as files of other programs: the Chinese workbook, Moodle GIFT, Moodle XML.

Each reader is pure: bytes in, a list of ``rows.Row`` out, each with an item in the form of ``bank.load_questions`` or with the
reasons why not; each writer makes bytes of such items. What a format cannot carry it names itself (``lost``).
"""
