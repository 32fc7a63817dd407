/** Español. */

import { ladderReasons, ladderWords } from "../ladder.ts";
import type { Basics, Gap } from "./en.ts";

const until = (words: string, gap: Gap) => (gap.until ? `${words} hasta ${gap.until}` : words);
const where = (words: string, gap: Gap) => until(gap.platform ? `${words} en ${gap.platform}` : words, gap);
const del = (name: string) => (name.startsWith("el ") ? `del ${name.slice(3)}` : `de ${name}`);

export const basics: Basics = {
  common: {
    you: "Tú",
    customer: "el cliente",
    colleague: "tu colega",
    close: "Cerrar",
    cancel: "Cancelar",
    retry: "Reintentar",
    more: "Más",
    loading: "Cargando",
  },

  channel: {
    voice: "voz",
    video: "vídeo",
    chat: "chat",
    messaging: "mensajería",
    email: "correo",
    social: "redes sociales",
  },

  recording: {
    on: "Se está grabando",
    paused: "Grabación en pausa",
    off: "Sin grabar",
    unknown: "Grabación desconocida",
  },

  availability: {
    available: "Disponible",
    busy: "Ocupado",
    "do-not-disturb": "No molestar",
    away: "Ausente",
    offline: "Sin conexión",
    unknown: "No se sabe",
  },

  activity: {
    none: "",
    "on-call": "En una llamada",
    ringing: "Le suena el teléfono",
    "in-meeting": "En una reunión",
    presenting: "Presentando",
    focusing: "En concentración",
    "wrap-up": "Cerrando una llamada",
    break: "En una pausa",
    training: "En formación",
    "be-right-back": "Vuelve enseguida",
    "out-of-office": "Fuera de la oficina",
    "off-work": "Fuera de horario",
    inactive: "Sin actividad",
  },

  reason: {
    available: () => "Disponible",
    "in-call": (gap) => where("En una llamada", gap),
    ringing: (gap) => where("Le suena el teléfono", gap),
    "in-meeting": (gap) => where("En una reunión", gap),
    presenting: (gap) => until("Presentando", gap),
    focusing: (gap) => until("En concentración", gap),
    busy: (gap) => where("Ocupado", gap),
    "do-not-disturb": (gap) => where("No molestar", gap),
    away: (gap) => until("Ausente", gap),
    offline: (gap) => where("Sin conexión", gap),
    "out-of-office": (gap) => until("Fuera de la oficina", gap),
    "wrap-up": () => "Cerrando una llamada",
    break: (gap) => until("En una pausa", gap),
    unknown: () => "No sabemos cómo está",
    stale: (gap) => (gap.platform ? `Sin noticias de ${gap.platform}` : "Sin noticias desde hace rato"),
    "not-accepting": (gap) => until("No acepta preguntas", gap),
    paused: (gap) => until("Ha pausado las preguntas", gap),
    "off-roster": (gap) => (gap.until ? `De servicio a partir de ${gap.until}` : "Fuera de servicio"),
    "quota-used": (gap) =>
      gap.until ? `Ya ha ayudado bastante; vuelve ${gap.until}` : "Ya ha ayudado bastante este mes",
    "cooling-down": (gap) => until("Acaba de ayudar, descansa", gap),
    "in-consult": () => "Ayudando a otro agente",
    "being-asked": () => "Le está preguntando otra persona",
    ...ladderReasons("es", "No tiene número de teléfono"),
    "chat-only": () => "Solo por chat",
    inactive: () => "Ya no participa",
  },

  ladder: ladderWords("es"),

  presence: {
    stale: (time) => `visto a las ${time}`,
  },

  problem: {
    bad_request: "Hemos enviado algo ilegible. Recarga este panel e inténtalo de nuevo.",
    invalid: "Hay algo incorrecto en la petición. Revisa la pregunta e inténtalo de nuevo.",
    unauthenticated: "Tu sesión ha caducado. Recarga la página en tu centro de contacto.",
    forbidden: "No tienes permiso para hacer esto. Pregunta a tu administrador.",
    not_found: "Eso ya no está. Estamos actualizando la lista.",
    conflict: "Mientras tanto ha cambiado algo. Mira otra vez y vuelve a elegir.",
    idempotency_mismatch: "Eso ya se envió de otra forma. Inténtalo de nuevo.",
    too_large: "Es demasiado largo. Acorta la pregunta.",
    unsupported: "Tu centro de contacto no puede hacerlo. Elige otra forma.",
    unreachable: "Así no se puede localizar a nadie. Elige a otra persona o pregunta por chat.",
    platform_unauthorized:
      "Hay que volver a conectar una plataforma. Avisa a tu administrador; mientras, transfiere desde tu teléfono.",
    platform_refused: "La telefonía lo ha rechazado. Inténtalo de nuevo o transfiere desde tu teléfono.",
    platform_throttled: "La telefonía está saturada. Inténtalo dentro de un momento.",
    platform_unavailable: "La telefonía no responde. Inténtalo de nuevo o transfiere desde tu teléfono.",
    unavailable: "Ahora mismo no estamos listos. Inténtalo dentro de un momento.",
    internal: "Algo ha fallado por nuestra parte. Inténtalo de nuevo.",
  },
  offline: "No se nos puede localizar. Tu llamada sigue; inténtalo dentro de un momento.",

  picture: {
    label: "Quién oye a quién",
    hear: (a, b) => `${a} y ${b} se oyen.`,
    hears: (a, b) => `${a} oye a ${b}.`,
    music: (a) => `${a} oye música.`,
    rings: (a) => `Suena el teléfono ${del(a)}.`,
    nobody: (a) => `${a} no oye a nadie.`,
    ringing: "suena",
    asked: "preguntado",
    onHold: "música",
  },
};
