"""The engine beside its peers: tasks that do nothing, with a guarded counter, through the embedded runtime and six queue libraries."""
