"""Every error raised on purpose, in one tree: `except GroundTruthError` catches what the platform knows to be wrong.

GroundTruthError
├── AcceptanceError           a drift that cannot be accepted
├── BackendError              a labeling backend cannot be used
│   ├── _PassingError         it may be otherwise the next time
│   └── RefusedError          Label Studio answered 400
├── BackupError               a backup that cannot be made or brought back
├── BusyError                 too many passwords are being checked
├── CandidateError            a candidate that cannot be taken in or asked as given
│   └── _PassingError         its address may answer the next time
├── ChunkError                what was read could not be written
├── ConservationError         a file's lines do not add up
├── DatabaseError             the workbench's store cannot be used
├── DatasetError              the demo's data cannot be had
├── ErasureError              an erasure that cannot be made as asked
├── ExportError               an export that cannot be made as asked
├── GateError                 a candidate cannot be held to the gate
├── InvalidAnswerError        an answer its kind does not allow
├── InvitationError           a link lets nobody in
├── LakeError                 the lake cannot do what was asked
│   ├── KeyConflictError      rows given twice under one key
│   ├── NoLakeError           there is no lake where one is looked for
│   └── UnreachableError      catalog or data are out of reach for now
├── LeaderboardError          systems cannot be ranked
├── MalformedError            results from outside that are no answer
├── OriginError               an address that cannot be the workbench's
├── ParserError               a file could not be read, through no fault of its own
├── PasswordError             a password that cannot be used
├── PeopleError               an account that cannot be made or changed so
├── PinError                  an item cannot be pinned
├── ProjectError              a declaration that cannot be used
│   └── MistakesError         several mistakes in a part of it
├── RefreshError              a refresh that failed
├── ReleaseError              a release that there is not, or that cannot be called so
├── ReviewError               a month that cannot be reviewed
├── ServeError                pages that cannot be served
├── SignInError               the name or the password is wrong
├── SigningError              a key that cannot be used
├── SplitError                splits that cannot be frozen or given away as asked
├── StorageError              a storage that cannot be used
│   ├── AbsentError           it is not there
│   └── UnavailableError      it does not answer, and may the next time
├── TooManyAttemptsError      nobody may try to sign in for a while
├── TrainingFileError         a training file that cannot be searched
├── TruthError                truth that cannot be changed as asked
├── UncomputableError         Evidently does not compute what is asked of these samples
├── UnreadableError           an entry of a listing that cannot be read
├── UsageError                something `gt` was asked for that cannot be done as asked
├── WeaknessError             a system's errors cannot be told
├── WebhookError              an address that cannot be told anything
├── WhyError                  two scores whose difference cannot be explained as asked
└── WorkError                 a request the workbench refuses
    └── AnsweredMeanwhileError    it was answered in another window

Each stands where it is raised, and its message says what was wrong, where, and what to do. Those that pydantic or a
caller takes for a ValueError or an OSError are that as well. Anything else that comes out of the platform is a mistake
of the platform.
"""


class GroundTruthError(Exception):
    """Something the platform knows to be wrong; the message says what, where, and what to do."""


class ServeError(GroundTruthError):
    """Pages that cannot be served like this, or no longer are; the message says what to do."""
