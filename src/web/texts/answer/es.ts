/** Respuestas a las preguntas. */
import { pluralizer } from "../../shared/plural.ts";
import type { AnswerWords } from "./en.ts";

const count = pluralizer("es");

export const answer: AnswerWords = {
  label: "La respuesta, tal como la recibe el cliente",
  insert: "Pasar a la respuesta",
  restore: "Como estaba escrita",
  came: {
    done: "Ya está en tu cuadro de respuesta. Léela otra vez y envíala.",
    refused: "Tu centro de contacto no ha aceptado el texto. Está copiado: pégalo en la respuesta.",
    unknown: "Tu centro de contacto no ha dicho si ha aceptado el texto. Mira la respuesta; también está copiado.",
    copied: "Copiado. Pégalo en la respuesta.",
    "not-copied": "No se ha podido copiar. Selecciona el texto y cópialo a mano.",
  },
  about: (w) => `${w.expert} ha respondido sobre ${w.customer}.`,
  still: (minutes) => count(minutes, { one: "Espera desde hace # minuto.", other: "Espera desde hace # minutos." }),
  elsewhere: "Respuestas sobre otros clientes",
  show: "Ver",
  answers: (n) => count(n, { one: "# respuesta", other: "# respuestas" }),
  open: (n) => count(n, { one: "# petición abierta", other: "# peticiones abiertas" }),
  remind: "Recordárselo",
  late: (names, since) => `Aún sin respuesta de ${names} desde las ${since}.`,
  lateYes: (name, since) => `${name} aceptó a las ${since} y aún no ha escrito.`,
  another: "Preguntar a otra persona",
  followUp: (name) => `Preguntar más a ${name}`,
  further: (name) => `Tu siguiente pregunta a ${name}`,
  send: "Enviar la pregunta",
};
