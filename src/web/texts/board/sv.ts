import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/sv.ts";
import type { BoardWords } from "./en.ts";

const count = pluralizer("sv");

export const board: BoardWords = {
  ...basics,
  title: "Hjälp just nu",
  updated: (age) => `Sett för ${age} sedan`,
  department: "Avdelning",
  everybody: "Alla",
  signIn: {
    body: "Logga in som arbetsledare i din organisation.",
    organization: "Organisation",
    go: "Logga in",
    refused: "Du är inloggad, men tavlan är för arbetsledare. Be om rollen Patchcord.Supervisor.",
  },
  failed: "Tavlan kan inte läsas just nu. Du ser det senast kända.",
  now: {
    title: "Pågår",
    none: "Ingen behöver hjälp just nu.",
    count: (n) => count(n, { one: "# förfrågan", other: "# förfrågningar" }),
    longest: (time) => `längst ${time}`,
    asks: (agent, expert) => (expert ? `${agent} och ${expert}` : agent),
  },
  kind: {
    consult: "Rådfrågning",
    conference: "Trepartssamtal",
    transfer: "Överlämning",
    "blind-transfer": "Direkt överlämning",
    question: "Fråga",
    meeting: "Möte",
  },
  state: {
    requested: "söker någon",
    offering: "frågar",
    waiting: "väntar på någon",
    ringing: "ringer",
    consulting: "talar",
    conferencing: "alla tillsammans",
    transferring: "lämnar över",
    ended: "klart",
  },
  skills: {
    title: "Vilka som kan nås",
    none: "Inga experter är upplagda än.",
    call: "per telefon nu",
    chat: "via chatt",
    later: "senare",
    no: "inte alls",
    nobody: "ingen nu",
    row: (skill, call, chat, later, no) =>
      `${skill}: ${call} per telefon nu, ${chat} via chatt, ${later} senare, ${no} inte alls`,
    looked: (looked, total) => `Räknat på ${looked} av ${total} experter, de senast tillfrågade först.`,
  },
  service: {
    title: "Så besvarades senaste timmens förfrågningar",
    none: "Ingen har tillfrågats den senaste timmen.",
    yes: (share) => `${share} sa ja`,
    prompt: (seconds) => `inom ${seconds} s`,
    other: "senare",
    later: "”om 5 minuter”",
    declined: "sa nej",
    silent: "inget svar",
    open: "inte besvarade än",
    dropped: "behövdes inte längre",
    median: (time) => `Hälften av alla ja kom inom ${time}.`,
  },
};
