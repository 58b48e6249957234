"""The version of the dossier's template; it rises when a dossier of the same assessment would look different."""

TEMPLATE_VERSION = "4"
