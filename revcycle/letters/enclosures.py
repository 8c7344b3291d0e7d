"""What goes with a letter inside its PDF: exhibits as attached text files; one document is the packet."""

from dataclasses import dataclass

from revcycle.letters.values import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A text enclosed with a letter. ``label`` as cited in it ("A"); ``title`` in words ("Claim summary")."""

    label: str
    title: str
    text: str

    def __post_init__(self) -> None:
        """Refuse an exhibit with nothing in it."""
        require_text(self, "label", "title", "text")

    @property
    def file_name(self) -> str:
        """The name the file has inside the PDF: ``exhibit-A-claim-summary.txt``."""
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
