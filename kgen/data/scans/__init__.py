"""Slices and volumes of people's scans: NIfTI files and DICOM series that a table names."""
