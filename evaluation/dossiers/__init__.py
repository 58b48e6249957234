"""The dossier of one application: plain data in, HTML and a tagged, archivable PDF out."""
