"""Reading the XML members of an archive: streamed, no DTD, well-formed or refused."""

from collections.abc import Callable
from xml.parsers import expat
from zipfile import ZipFile

from tasks.imports.refusals import Refused

CHUNK = 2**18


def local(name: str) -> str:
    """The name without its namespace prefix: x:row → row."""
    return name.rpartition(":")[2]


def parse(archive: ZipFile, member: str, start: Callable, *, prepare: Callable | None = None) -> None:
    """Call `start(name, attributes)` for each tag of the member. `prepare(parser)` may set more handlers.

    Raises Refused for a DTD and for XML that is not well-formed.
    """
    parser = new_parser()
    parser.StartElementHandler = start
    if prepare:
        prepare(parser)
    try:
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged", detail=f"{member} 第 {error.lineno} 行") from error


def new_parser():
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    return parser


def _refuse_dtd(*_arguments) -> None:
    raise Refused("dtd")


class _RootReached(Exception):
    pass


def check_prologs(archive: ZipFile) -> None:
    """No member that is XML may begin with a DTD, whether it is read later or not."""

    def stop(*_arguments):
        raise _RootReached

    for name in archive.namelist():
        if not name.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
            continue
        parser = new_parser()
        parser.StartElementHandler = stop
        try:
            with archive.open(name) as part:
                while chunk := part.read(4096):
                    parser.Parse(chunk, False)
        except _RootReached:
            continue
        except expat.ExpatError as error:
            raise Refused("damaged", detail=f"{name} 第 {error.lineno} 行") from error
