"""Annotations as a spreadsheet saves them."""

from tests.records.conftest import Outcome, Read

HEADER = b"assignment_id,annotator,answer,comment\n"


def annotations(read: Read, content: bytes) -> Outcome:
    return read(content, "a.csv", "annotations")


def test_cells_are_text_and_empty_ones_left_out(read: Read) -> None:
    found = annotations(read, b"\xef\xbb\xbf" + HEADER + b'a-1,ann,positive,\r\na-2,ann,"5","two\n\nlines, one cell"\n')
    assert [
        (row["line"], row["assignment_id"], row["annotator"], row["answer"], row["comment"]) for row in found.accepted
    ] == [(2, "a-1", "ann", '"positive"', None), (3, "a-2", "ann", '"5"', "two\n\nlines, one cell")]


def test_bad_rows_leave_good_ones_alone(read: Read) -> None:
    content = HEADER + b"a-1,ann,x\n\na-2,ann,,\na-3,\xff,x,\na-4,ann,x,\n" + b'a-5,ann,"x"y,\na-6,ann,x,y\n'
    found = annotations(read, content)
    assert [row["assignment_id"] for row in found.accepted] == ["a-4", "a-6"]
    assert [(row["line"], row["reason"], row["detail"]) for row in found.quarantine] == [
        (2, "schema", "the row has 3 cells, the header 4"),
        (4, "schema", "answer is missing"),
        (5, "encoding", "the row is not UTF-8; save the sheet as CSV UTF-8"),
        (7, "schema", "not CSV: ',' expected after '\"'"),
    ]
    assert found.quarantine[2]["raw"] == b"a-3,\xff,x,\n"


def test_a_repeated_column_makes_the_file_unreadable(read: Read) -> None:
    found = annotations(read, b"annotator,annotator\na,b\n")
    assert found.reasons == ["duplicate_key"]
    assert found.accepted == []


def test_a_header_alone_is_empty(read: Read) -> None:
    assert annotations(read, HEADER).reasons == ["empty"]


def test_an_unclosed_quote_ends_somewhere(read: Read) -> None:
    rows = b"".join(b"a-%d,ann,x,\n" % n for n in range(110_000))
    found = annotations(read, HEADER + b'a,ann,"' + rows)
    assert found.reasons[0] == "schema"
    assert "field larger than field limit" in found.quarantine[0]["detail"]
    assert len(found.accepted) > 20_000
