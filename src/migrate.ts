/** `npm run migrate`: brings the database at DATABASE_OWNER_URL (or DATABASE_URL) up to date. */
import { readSettings } from "./config.ts";
import { migrate } from "./migrate-database.ts";

const settings = readSettings(process.env);
const url = settings.DATABASE_OWNER_URL ?? settings.DATABASE_URL;
if (!url) {
  console.error("Set DATABASE_URL (or DATABASE_OWNER_URL). The embedded database is migrated by npm start.");
  process.exit(1);
}
const done = await migrate(url);
console.log(done.length === 0 ? "Up to date." : `Applied ${done.join(", ")}.`);
