#!/usr/bin/env python3
"""Verifies a ledger's log from outside, with Python's standard library alone.

usage: verify.py URL|FOLDER [TOKEN] [--key VKEY]

Reads, from a running ledger or from the folder of a bundle, the checkpoint,
every bundle of entries and every tile of hashes (C2SP tlog-tiles). Checks the
checkpoint's signature (Ed25519, RFC 8032), recomputes the leaves, the tiles and
the root (RFC 6962), and compares. Without --key the key is the ledger's or the
bundle's own word. It is written from docs/entries.md, and shares no code with
the ledger.
"""
import base64
import hashlib
import os
import sys
import urllib.request

WIDTH = 256  # entries or hashes of a full tile
HASH = 32  # bytes of a hash

# Ed25519: the field's prime, the order of its group, the curve's constant, a
# root of -1, and the base point, extended (x, y, 1, x*y).
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def unpack_point(data):
    """The point that 32 bytes stand for, None if they stand for none."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or x == 0 and odd:
        return None
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


def add_points(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, point):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add_points(total, point)
        point, n = add_points(point, point), n >> 1
    return total


BASE = unpack_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(key, message, signature):
    """Reports that the signature (64 bytes) is the key's (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = unpack_point(key), unpack_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add_points(r, multiply(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def refuse(text, *values):
    raise SystemExit(text % values)


def from_url(base, token):
    """Reads files of a running ledger."""
    def get(path):
        request = urllib.request.Request(base.rstrip("/") + "/log/" + path)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    return get


def from_folder(folder):
    """Reads files of a bundle."""
    def get(path):
        try:
            with open(os.path.join(folder, path), "rb") as file:
                return file.read()
        except OSError as error:
            refuse("%s cannot be read: %s", path, error)
    return get


def plain_base64(text):
    """Decodes base64 that is written in the one canonical way."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        refuse("%r is not base64: %s", text, error)
    if base64.b64encode(data).decode() != text:
        refuse("%r is not in canonical base64", text)
    return data


def open_key(vkey):
    """Origin, key id and public key of a vkey."""
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        refuse("%r is not a vkey", vkey)
    data = plain_base64(parts[2])
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if len(data) != 33 or data[0] != 1 or key_id.hex() != parts[1]:
        refuse("%r is not a vkey of Ed25519", vkey)
    return parts[0], key_id, data[1:]


def open_checkpoint(note, vkey):
    """Size and root of a checkpoint that the key signed."""
    origin, key_id, public = open_key(vkey)
    try:
        text, signatures = note.decode().split("\n\n")
    except ValueError:
        refuse("the checkpoint is not a signed note")
    if not signatures.endswith("\n"):
        refuse("the checkpoint is cut off")
    signed = False
    for line in signatures[:-1].split("\n"):
        dash, name, value = (line.split(" ") + ["", ""])[:3]
        signature = plain_base64(value)
        if line != " ".join((dash, name, value)) or dash != "\u2014":
            refuse("the checkpoint has a bad line: %r", line)
        if name == origin and signature[:4] == key_id:
            if not ed25519_verify(public, text.encode() + b"\n", signature[4:]):
                refuse("the checkpoint's signature is wrong")
            signed = True
    if not signed:
        refuse("the checkpoint is not signed by %s", vkey)
    lines = text.split("\n")
    if len(lines) < 3 or lines[0] != origin or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        refuse("the checkpoint is not one of %s", origin)
    return origin, int(lines[1]), plain_base64(lines[2])


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """The Merkle tree hash of a list of hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def tile_path(number, width):
    parts = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        parts.append("x%03d" % (number % 1000))
    path = "/".join(reversed(parts))
    return path if width == WIDTH else "%s.p/%d" % (path, width)


def entries_of(bundle, path):
    entries, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at:at + 2], "big")
        entry = bundle[at + 2:at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length:
            refuse("%s is cut off", path)
        entries.append(entry)
        at += 2 + length
    return entries


def check_tiles(get, level, hashes):
    """Compares the tiles of a level with the hashes that they must have."""
    for number in range((len(hashes) + WIDTH - 1) // WIDTH):
        want = hashes[number * WIDTH:(number + 1) * WIDTH]
        path = "tile/%d/%s" % (level, tile_path(number, len(want)))
        got = get(path)
        if len(got) != len(want) * HASH:
            refuse("%s has %d bytes, and %d hashes", path, len(got), len(want))
        for at, one in enumerate(want):
            if got[at * HASH:(at + 1) * HASH] != one:
                refuse("%s, hash %d is not what the entries make (from position %d on)",
                       path, at, (number * WIDTH + at) * WIDTH**level + 1)


def main(source, token=None, vkey=None):
    get = from_folder(source) if os.path.isdir(source) else from_url(source, token)
    own = get("key").decode().rstrip("\n")
    if vkey and vkey != own:
        refuse("the key is %s, not %s", own, vkey)
    origin, size, root = open_checkpoint(get("checkpoint"), own)
    leaves = []
    while len(leaves) < size:
        number, width = len(leaves) // WIDTH, min(WIDTH, size - len(leaves))
        path = "tile/entries/" + tile_path(number, width)
        own_hashes = [leaf_hash(e) for e in entries_of(get(path), path)]
        if len(own_hashes) != width:
            refuse("%s has %d entries, not %d", path, len(own_hashes), width)
        leaves += own_hashes
    hashes, level = leaves, 0
    while hashes:
        check_tiles(get, level, hashes)
        full = len(hashes) // WIDTH
        hashes, level = [root_of(hashes[n * WIDTH:(n + 1) * WIDTH]) for n in range(full)], level + 1
    found = root_of(leaves)
    if found != root:
        refuse("root %s, signed is %s", base64.b64encode(found).decode(), base64.b64encode(root).decode())
    print("%s: %d entries have the signed root %s" % (origin, size, base64.b64encode(root).decode()))


if __name__ == "__main__":
    arguments, known = sys.argv[1:], None
    if "--key" in arguments[:-1]:
        at = arguments.index("--key")
        known = arguments[at + 1]
        del arguments[at:at + 2]
    if len(arguments) not in (1, 2):
        raise SystemExit(__doc__)
    main(*arguments, vkey=known)
