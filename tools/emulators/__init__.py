"""Stand-ins for the cloud's services, on loopback: started for tests, for benches and for ``make cloud-local``.

Each module starts one: ``start()`` answers the running service, or raises :class:`~tools.emulators.process.Missing` that says
in one sentence what this machine lacks for it.
"""
