/**
 * Builds `dist/ipv4.bin` and `dist/ipv6.bin` for lua/countries.lua, from the ranges of @ip-location-db/asn-country.
 * A table has 2^k ranges: where each begins (float64, ascending: an IPv4 address as a number, or the first 48 bits of an IPv6
 * address), then the country of each (two letters, or zeros where none is known). What is left over begins where no address is.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const data = dirname(createRequire(import.meta.url).resolve("@ip-location-db/asn-country/package.json"));
const NOWHERE = "\0\0";
const BEYOND = 2 ** 48;

/** Ranges [first, last] of a table, `bits` cut off at their end. Of two that share a place after that, the earlier has it. */
function* ranges(family, bits) {
  for (const line of readFileSync(join(data, `asn-country-${family}-num.csv`), "utf8").split("\n")) {
    const [first, last, country] = line.trim().split(",");
    if (/^[A-Z]{2}$/.test(country ?? "")) yield [Number(BigInt(first) >> bits), Number(BigInt(last) >> bits), country];
  }
}

function table(family, bits) {
  const found = [[0, NOWHERE]];
  const begin = (at, country) => {
    if (found.at(-1)[1] !== country) found.push([at, country]);
  };
  let past = 0;
  for (const [first, last, country] of ranges(family, bits)) {
    if (last < past) continue;
    const from = Math.max(first, past);
    if (from > past) begin(past, NOWHERE);
    begin(from, country);
    past = last + 1;
  }
  begin(past, NOWHERE);
  const size = 2 ** Math.ceil(Math.log2(found.length));
  const bytes = Buffer.alloc(size * 10);
  for (let at = 0; at < size; at++) {
    const [first, country] = found[at] ?? [BEYOND, NOWHERE];
    bytes.writeDoubleLE(first, at * 8);
    bytes.write(country, size * 8 + at * 2, "latin1");
  }
  console.log(`${family}: ${found.length} ranges, ${bytes.length} bytes`);
  return bytes;
}

mkdirSync(join(here, "dist"), { recursive: true });
writeFileSync(join(here, "dist", "ipv4.bin"), table("ipv4", 0n));
writeFileSync(join(here, "dist", "ipv6.bin"), table("ipv6", 80n));
