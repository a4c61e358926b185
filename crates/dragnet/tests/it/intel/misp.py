"""A feed, read with pymisp: its events load, and the manifest and the hashes are those
that pymisp makes of them, as MISP's feed generator does."""
import json, pathlib, sys
from pymisp import MISPEvent

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())
hashes = {tuple(line.split(",")) for line in (folder / "hashes.csv").read_text().splitlines()}
files = {path.stem for path in folder.glob("*-*.json")}
assert files == set(manifest), files ^ set(manifest)
ours = set()
for uuid, told in manifest.items():
    event = MISPEvent()
    event.load_file(folder / f"{uuid}.json")
    assert event.uuid == uuid
    theirs = event.manifest[uuid]
    for field in theirs:
        if field == "Tag":
            names = lambda tags: sorted(tag["name"] for tag in tags)
            assert names(theirs[field]) == names(told[field]), (theirs, told)
        elif field == "Orgc":
            assert theirs[field]["uuid"] == told[field]["uuid"], (theirs, told)
        else:
            assert str(theirs[field]) == str(told[field]), (field, theirs, told)
    ours |= {(digest, uuid) for digest in event.attributes_hashes("md5")}
assert ours == hashes, ("hashes", len(ours - hashes), len(hashes - ours))
print(len(manifest))
