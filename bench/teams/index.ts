import { areaOf } from "../parts.ts";
import { measureBot } from "./bot.ts";

export const teams = areaOf("teams", "how soon the bot answers what people write and press", { bot: measureBot });
