/** Usage: node unpack.mjs FOLDER. Decompress every .br file of the folder beside itself. */
import { createReadStream, createWriteStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const folder = process.argv[2];
for (const name of (await readdir(folder)).filter((entry) => entry.endsWith(".br"))) {
  const packed = join(folder, name);
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(packed.slice(0, -".br".length)));
}
