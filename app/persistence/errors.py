"""What can go wrong with storing, in words that the other rooms may use without knowing the database."""


class StorageBusy(Exception):
    """More work is waiting than will be kept waiting; nothing was stored. Trying again shortly is right."""


class StorageDown(Exception):
    """The database cannot be written or read just now, or the program is stopping.

    The work was not acknowledged. When the connection broke during COMMIT nobody can know whether it was
    kept, so a retry should carry the same idempotency key.
    """


class DatabaseDamaged(StorageDown):
    """The database file is not what SQLite wrote. It was not touched."""


class NotDone(Exception):
    """A backup or its return that was not carried out, with the reason for the person at the keyboard."""


class Refused(Exception):
    """A job's considered "no", raised before its first write.

    The writer hands it to the caller and keeps the rest of the batch. Any other exception rolls the batch
    back and has it rerun one by one, so an ordinary refusal must be of this kind: otherwise one client that
    asks for refusals would cost everybody the group commit. A job that has already written something must
    not raise it.
    """
