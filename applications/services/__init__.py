"""The only writers of filing: keyword-only, one transaction each, the audit line inside it."""
