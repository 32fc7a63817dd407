import type { Area } from "../measure.ts";

export const directory: Area = { name: "directory", about: "", run: async () => [] };
