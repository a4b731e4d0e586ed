"""Tests of verify.py, with vectors of RFC 8032 (7.1) and RFC 6962."""
import unittest

import verify

# Public key, message, signature.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]


class Signatures(unittest.TestCase):
    def test_vectors(self):
        for vector in VECTORS:
            key, message, signature = map(bytes.fromhex, vector)
            self.assertTrue(verify.ed25519_verify(key, message, signature))
            self.assertFalse(verify.ed25519_verify(key, message + b"x", signature))
            for at in (0, 31, 32, 63):
                other = bytearray(signature)
                other[at] ^= 1
                self.assertFalse(verify.ed25519_verify(key, message, bytes(other)))

    def test_a_second_form_is_refused(self):
        key, message, signature = map(bytes.fromhex, VECTORS[0])
        s = int.from_bytes(signature[32:], "little") + verify.ORDER
        self.assertFalse(verify.ed25519_verify(key, message, signature[:32] + s.to_bytes(32, "little")))


class Trees(unittest.TestCase):
    def test_the_empty_tree(self):
        self.assertEqual(verify.root_of([]).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

    def test_paths(self):
        self.assertEqual(verify.tile_path(1234067, 256), "x001/x234/067")
        self.assertEqual(verify.tile_path(5, 7), "005.p/7")


if __name__ == "__main__":
    unittest.main()
