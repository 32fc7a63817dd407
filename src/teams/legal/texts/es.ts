import type { LegalTexts } from "./en.ts";

export const legal: LegalTexts = {
  languages: "Idioma",
  contact: (contact) => `Escribe a ${contact}.`,
  noContact:
    "Pregunta a los administradores de tu organización: saben quién gestiona esta instalación y cómo contactar con ellos.",
  somebody: "quien tu organización haya encargado de ello",
  privacy: {
    title: "Privacidad",
    lead: "Qué guarda Patchcord sobre ti y sobre los clientes, para qué, cuánto tiempo y cómo se borra.",
    who: {
      title: "Quién es responsable",
      body: (provider) =>
        `Tu organización decide para qué se usa Patchcord y es responsable de ello. Gestiona esta instalación ${provider}, por encargo de tu organización.`,
    },
    what: {
      title: "Qué se guarda y cuánto tiempo",
      columns: ["Qué", "Para qué", "Cuánto tiempo"],
      rows: [
        [
          "Compañeros: nombre, correo y teléfono de trabajo, departamento, puesto, sede, idioma; una foto si tu organización las muestra",
          "Para que los agentes encuentren a quién preguntar y suene el teléfono de la persona correcta",
          "Mientras figures en el directorio de tu organización. Después ya no se te muestra ni se te pregunta; tu nombre queda en las solicitudes en las que participaste. Las fotos se borran entonces, o en cuanto tu organización deje de mostrarlas.",
        ],
        [
          "Disponibilidad: si estás libre, en una llamada o ausente, según Microsoft Teams, RingCentral y el centro de contacto",
          "Para no preguntar a quien no puede contestar",
          "Solo la última. Sin historial, salvo que tu organización lo haya activado: entonces, los días que haya elegido, 30 como máximo.",
        ],
        [
          "La solicitud de un cliente: la pregunta, el nombre o número, los detalles que ayudan a contestar, las respuestas por escrito",
          "Para que el compañero sepa de qué se trata antes de hablar",
          "Un día tras terminar la conversación, salvo que tu organización haya elegido otra cosa: desde enseguida hasta 30 días. Las tarjetas que lo mostraban se vacían.",
        ],
        [
          "Quién preguntó a quién, cuándo y qué resultó, sin lo que se dijo",
          "Cuotas, cifras para supervisores, un orden justo de los expertos",
          "Mientras tu organización use Patchcord",
        ],
        [
          "Que un cliente ya estuvo aquí: una huella con clave de la que nadie puede deducir el número ni el nombre",
          "Para que llegue al compañero que lo conoce",
          "30 días",
        ],
        [
          "Respuestas que un experto ha guardado, sin datos personales y aprobadas por él",
          "Para no tener que preguntar dos veces lo mismo",
          "Hasta que el experto o tu organización las retire",
        ],
        [
          "Quién cambió qué en la configuración, por identificadores",
          "Para poder dar cuenta de los cambios",
          "Mientras tu organización use Patchcord",
        ],
        [
          "Rastros técnicos: identificadores de eventos, mensajes a los sistemas propios de tu organización, respuestas a peticiones repetidas",
          "Para que nada se pierda ni ocurra dos veces",
          "Tres días, 14 días y un día",
        ],
      ],
    },
    not: {
      title: "Qué no se guarda",
      items: [
        "Patchcord no graba ni escucha llamadas ni reuniones.",
        "Los números de tarjetas de pago se tachan antes de guardar nada.",
        "Nada se vende, ni se usa para publicidad ni para entrenar modelos. No hay seguimiento ni analítica.",
        "Nunca se ven contraseñas. Inicias sesión en tu organización.",
      ],
    },
    where: {
      title: "Adónde va",
      body: "A las plataformas que tu organización ha conectado y a nadie más. Los datos de los clientes se guardan cifrados, con claves exclusivas de tu organización. Lo que llega a Microsoft Teams o RingCentral queda allí según las reglas de tu organización.",
    },
    cookies: {
      title: "Cookies",
      body: "Solo para iniciar sesión: una que dura hasta ocho horas y otra para los pocos minutos del propio inicio. Lo que eliges en las páginas, como la vista, lo recuerda tu propio navegador.",
    },
    delete: {
      title: "Acceso y borrado",
      body: "Tu página en Patchcord muestra qué sabe de tu disponibilidad y por qué. Tu organización puede darte de baja en cualquier momento, borrar todo sobre un cliente en un paso y con un recibo, y hacer borrar todos sus datos: entonces no queda nada. Quien quita la aplicación de Teams no recibe más solicitudes allí.",
    },
    ask: { title: "Preguntas, acceso, rectificación, borrado" },
  },
  terms: {
    title: "Condiciones de uso",
    lead: "Qué puedes esperar de Patchcord y qué se espera de ti.",
    sections: [
      {
        title: "Quién puede usarlo",
        body: "Las personas de la organización para la que se hizo esta instalación, para su trabajo y con el inicio de sesión de esa organización. El contrato entre tu organización y quien gestiona esta instalación prevalece sobre esta página.",
      },
      {
        title: "Qué hace",
        body: "Encuentra a un compañero para la pregunta de un cliente, le pregunta y los conecta. Actúa en las plataformas que tu organización ha conectado, con los permisos que tu organización dio y puede retirar.",
      },
      {
        title: "Para qué no es",
        body: "Para llamadas de emergencia: no es una vía hacia los servicios de emergencia. Tampoco para vigilar en secreto cómo se trabaja: la disponibilidad sirve para dirigir solicitudes.",
      },
      {
        title: "Qué se espera de ti",
        body: "Comparte solo lo que el compañero necesita para ayudar al cliente, sin datos de pago ni de salud, y guarda reserva según las reglas de tu organización.",
      },
      {
        title: "Disponibilidad del servicio",
        body: "Depende de plataformas de terceros. Si una falla, Patchcord lo dice y deja al cliente con el agente. Esta página no promete disponibilidad; tu organización puede tenerla en su contrato.",
      },
      {
        title: "El software",
        body: "Patchcord es código abierto bajo la licencia Apache 2.0 y se ofrece sin garantía, como dice esa licencia.",
      },
    ],
    who: { title: "Quién lo gestiona", body: (provider) => `Gestiona esta instalación ${provider}.` },
  },
};
