import { consults } from "./consults/index.ts";
import { desk } from "./desk/index.ts";
import { directory } from "./directory/index.ts";
import type { Area } from "./measure.ts";
import { presence } from "./presence/index.ts";
import { teams } from "./teams/index.ts";

export const areas: readonly Area[] = [presence, consults, desk, directory, teams];
