"""Exhibits attached to a letter as text files inside its PDF, so that one document is the whole packet."""

from dataclasses import dataclass

from revcycle.letters.values import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A text enclosed with a letter.

    ``label`` is how the letter cites it ("A"); ``title`` is in words ("Claim summary").
    """

    label: str
    title: str
    text: str

    def __post_init__(self) -> None:
        """Raise unless the exhibit has a label, a title and a text."""
        require_text(self, "label", "title", "text")

    @property
    def file_name(self) -> str:
        """The file's name inside the PDF: ``exhibit-A-claim-summary.txt``."""
        return f"exhibit-{self.label}-{'-'.join(self.title.lower().split())}.txt"


def attached(enclosures: tuple[Enclosure, ...]) -> str:
    """Return the Typst source that attaches the files to the letter it is appended to."""
    return "".join(
        f"\n#pdf.attach({_quoted(enclosure.file_name)}, bytes({_quoted(enclosure.text)}), "
        f'relationship: "supplement", mime-type: "text/plain", '
        f"description: {_quoted(f'Exhibit {enclosure.label}: {enclosure.title}')})"
        for enclosure in enclosures
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
