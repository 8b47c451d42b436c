"""Sheaf as it runs in the cloud, on one machine: its three functions as processes, on stand-ins of Google's services.

:func:`tools.cloud.installation.running` starts it, for a person (``make cloud-local``) and for tests alike.
"""
