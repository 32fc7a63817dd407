import type { Texts } from "./en.ts";

export const es: Texts = {
  availability: {
    available: "disponible",
    busy: "ocupado",
    "do-not-disturb": "no molestar",
    away: "ausente",
    offline: "sin conexión",
    unknown: "desconocido",
  },
  activity: {
    none: "",
    "on-call": "en una llamada",
    ringing: "teléfono sonando",
    "in-meeting": "en una reunión",
    presenting: "presentando",
    focusing: "concentrado",
    "wrap-up": "cerrando la llamada",
    break: "en pausa",
    training: "en formación",
    "be-right-back": "vuelve enseguida",
    "out-of-office": "fuera de la oficina",
    "off-work": "fuera de servicio",
    inactive: "inactivo",
  },
  why: {
    follows: "{platform} muestra «{shown}» porque {cause} muestra «{because}».",
    "nothing-to-follow": "No mostramos nada en {platform}: ninguna otra plataforma lo pide.",
    "own-status":
      "El estado propio de la persona en {platform} se mantiene. Solo mostramos algo allí cuando ella misma está disponible.",
    "on-queue":
      "No tocamos {platform}: a un agente que atiende llamadas no se le cambia. Una regla que diga «también en cola» lo haría.",
    "no-information":
      "No empezamos nada en {platform} porque no sabemos qué muestra. Compruebe que esta conexión funciona.",
    "cause-unclear":
      "Lo que mostramos en {platform} se queda, pero no se renueva, porque hace tiempo que no vemos {cause}. Compruebe esa conexión.",
    "cause-lost":
      "Retiramos lo que mostrábamos en {platform} porque hace diez minutos que no vemos {cause}. Compruebe esa conexión.",
    "cannot-show": "{platform} no puede mostrar esto en nombre de otra persona. Elija otro estado en la regla.",
    "not-routed": "No se ofrece trabajo porque {platform} muestra «{because}».",
    "routed-again": "Se puede volver a ofrecer trabajo: {platform} muestra «{because}».",
  },
};
