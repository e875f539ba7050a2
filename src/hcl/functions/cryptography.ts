// Hashes, bcrypt and RSA.
import { constants, createHash, createPrivateKey, type KeyObject, privateDecrypt } from "node:crypto";
import { genSaltSync, hashSync } from "bcryptjs";
import { ok } from "../../base/result.ts";
import { spend } from "../budget.ts";
import { shown } from "../convert.ts";
import { NUMBER, STRING, string } from "../value.ts";
import { callError, type EagerFunction } from "./definition.ts";
import { readOpensshKey } from "./opensshKey.ts";
import { decodeBase64, parameter, textOf, wholeNumber } from "./support.ts";

const crypto = { kind: "eager", category: "cryptography", returnType: STRING } as const;

const hash = (name: "md5" | "sha1" | "sha256" | "sha512"): EagerFunction => ({
  ...crypto,
  name,
  description: `The ${name.toUpperCase()} hash of a string's UTF-8 bytes, in hexadecimal.`,
  parameters: [parameter("str", STRING, "The string.")],
  implementation: ([text]) => ok(string(createHash(name).update(textOf(text), "utf8").digest("hex"))),
});

const BCRYPT_DEFAULT_COST = 10;
const BCRYPT_MIN_COST = 4;
const BCRYPT_MAX_COST = 31;
const BCRYPT_MAX_BYTES = 72;
/** Every step of the cost doubles the work; at cost 10 it is some 60 ms. */
const BCRYPT_UNITS_PER_ROUND = 200;

/** Undoes the padding of PKCS #1 v1.5 type 2; `undefined` when the block does not have it. */
function withoutPadding(block: Buffer): Buffer | undefined {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = readOpensshKey(pem) ?? createPrivateKey(pem);
    return key.asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    return undefined;
  }
}

function decrypt(key: KeyObject, ciphertext: Buffer): Buffer | undefined {
  try {
    // The padding is checked here: OpenSSL answers a wrong one with random bytes, Nomad with an error.
    return withoutPadding(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext));
  } catch {
    return undefined;
  }
}

export const cryptographyFunctions = (): readonly EagerFunction[] => [
  {
    ...crypto,
    name: "bcrypt",
    description: "A bcrypt hash of a string, different every time. Job files with it differ on every run.",
    parameters: [parameter("str", STRING, "The password, at most 72 bytes.")],
    variadic: parameter("cost", NUMBER, "The cost, 4 to 31; 10 without it."),
    implementation: ([password, costValue, third], { budget }) => {
      if (third !== undefined) return callError("it takes a string and a cost, nothing more");
      const cost = costValue === undefined ? ok(BCRYPT_DEFAULT_COST) : wholeNumber(costValue);
      if (!cost.ok) return cost;
      if (cost.value > BCRYPT_MAX_COST) return callError(`the cost must not be above ${BCRYPT_MAX_COST}`);
      if (Buffer.byteLength(textOf(password)) > BCRYPT_MAX_BYTES)
        return callError(`the string is longer than ${BCRYPT_MAX_BYTES} bytes`);
      const rounds = cost.value < BCRYPT_MIN_COST ? BCRYPT_DEFAULT_COST : cost.value;
      spend(budget, 2 ** rounds * BCRYPT_UNITS_PER_ROUND);
      return ok(string(hashSync(textOf(password), genSaltSync(rounds).replace(/^\$2b\$/, "$2a$"))));
    },
  },
  hash("md5"),
  {
    ...crypto,
    name: "rsadecrypt",
    description: "Decrypts base64 text that was encrypted with an RSA public key (PKCS #1 v1.5).",
    parameters: [
      parameter("ciphertext", STRING, "The encrypted bytes, in base64."),
      parameter("privatekey", STRING, "The private key in PEM, without a passphrase."),
    ],
    implementation: ([ciphertext, pem]) => {
      const bytes = decodeBase64(textOf(ciphertext));
      if (bytes === undefined) return callError(`the encrypted text ${shown(textOf(ciphertext))} is not base64`);
      const key = readKey(textOf(pem));
      if (key === undefined) return callError("the key is not an RSA private key in PEM without a passphrase");
      const plain = decrypt(key, bytes);
      return plain === undefined
        ? callError("the text cannot be decrypted with this key")
        : ok(string(plain.toString("utf8")));
    },
  },
  hash("sha1"),
  hash("sha256"),
  hash("sha512"),
];
