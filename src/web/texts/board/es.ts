import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/es.ts";
import type { BoardWords } from "./en.ts";

const count = pluralizer("es");

export const board: BoardWords = {
  ...basics,
  title: "Ayuda ahora mismo",
  updated: (age) => `Visto hace ${age}`,
  department: "Departamento",
  everybody: "Todos",
  signIn: {
    body: "Inicia sesión como supervisor de tu organización.",
    organization: "Organización",
    go: "Iniciar sesión",
    refused: "Has iniciado sesión, pero este panel es para supervisores. Pide la función Patchcord.Supervisor.",
  },
  failed: "Ahora no se puede leer el panel. Lo que ves es lo último que se sabe.",
  now: {
    title: "En curso",
    none: "Ahora nadie necesita ayuda.",
    count: (n) => count(n, { one: "# petición", other: "# peticiones" }),
    longest: (time) => `la más larga ${time}`,
    asks: (agent, expert) => (expert ? `${agent} y ${expert}` : agent),
  },
  kind: {
    consult: "Consulta",
    conference: "Llamada a tres",
    transfer: "Transferencia",
    "blind-transfer": "Transferencia directa",
    question: "Pregunta",
    meeting: "Reunión",
  },
  state: {
    requested: "buscando a alguien",
    offering: "preguntando",
    waiting: "esperando a alguien",
    ringing: "sonando",
    consulting: "hablando",
    conferencing: "todos juntos",
    transferring: "entregando",
    ended: "terminada",
  },
  skills: {
    title: "A quién se puede localizar",
    none: "Todavía no hay expertos dados de alta.",
    call: "por teléfono ya",
    chat: "por chat",
    later: "más tarde",
    no: "de ningún modo",
    nobody: "nadie ahora",
    row: (skill, call, chat, later, no) =>
      `${skill}: ${call} por teléfono ya, ${chat} por chat, ${later} más tarde, ${no} de ningún modo`,
    looked: (looked, total) => `Contado con ${looked} de ${total} expertos, primero los últimos en ser preguntados.`,
  },
  service: {
    title: "Cómo se respondió en la última hora",
    none: "En la última hora no se ha preguntado a nadie.",
    yes: (share) => `${share} dijo que sí`,
    prompt: (seconds) => `en ${seconds} s`,
    other: "más tarde",
    later: "«en 5 minutos»",
    declined: "dijo que no",
    silent: "sin respuesta",
    open: "sin responder todavía",
    dropped: "ya no hacían falta",
    median: (time) => `La mitad de los síes llegó en ${time}.`,
  },
};
