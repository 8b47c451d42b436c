"""Folders and services elsewhere, from which files are taken and to which exports are delivered."""
