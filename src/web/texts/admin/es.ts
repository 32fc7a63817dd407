import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/es.ts";
import type { AdminWords } from "./en.ts";

const count = pluralizer("es");

export const admin: AdminWords = {
  ...basics,
  problem: {
    ...basics.problem,
    bad_request: "Hemos enviado algo ilegible. Vuelve a cargar la página e inténtalo otra vez.",
    invalid: "Algo no es correcto. Revísalo e inténtalo de nuevo.",
    unauthenticated: "Tu sesión ha caducado. Vuelve a cargar la página.",
    forbidden: "Para esto hace falta la función Patchcord.Admin.",
    conflict: "Otra persona lo ha cambiado entretanto. Míralo otra vez y decide.",
    too_large: "Es demasiado largo.",
    unsupported: "Esta plataforma no puede hacerlo.",
    platform_unauthorized: "La plataforma ya no nos deja entrar. Da el consentimiento de nuevo o pon un secreto nuevo.",
    platform_refused: "La plataforma lo ha rechazado. Inténtalo de nuevo en un momento.",
    platform_throttled: "La plataforma pide ir más despacio. Inténtalo de nuevo en un momento.",
    platform_unavailable: "La plataforma no responde. Inténtalo de nuevo en un momento.",
  },
  offline: "No se nos puede alcanzar. Inténtalo de nuevo en un momento.",

  title: "Administración",
  signIn: {
    body: "Inicia sesión como administrador de tu organización.",
    organization: "Organización",
    go: "Iniciar sesión",
    refused: "Has iniciado sesión, pero no tienes ninguna función aquí. Pide Patchcord.Admin o Patchcord.Supervisor.",
  },
  rail: {
    label: "Tareas",
    experts: "Expertos",
    rules: "Reglas de presencia",
    app: "App de Teams",
    health: "Estado",
    audit: "Registro",
  },
  list: {
    search: "Buscar",
    csv: "Descargar como CSV",
    found: (n) => count(n, { one: "# fila", other: "# filas" }),
    none: "Nada coincide. Cambia la búsqueda o el filtro.",
    more: "Mostrar más",
    select: (name) => `Seleccionar a ${name}`,
    selectAll: "Seleccionar todo lo que se ve",
  },

  health: {
    title: "Estado",
    well: "Todas las conexiones funcionan.",
    trouble: (n) => count(n, { one: "# conexión te necesita.", other: "# conexiones te necesitan." }),
    none: "Todavía no hay nada conectado. Las conexiones se definen en patchcord.yaml o con PUT /v1/connections/{name}.",
    state: {
      starting: "Se comprueba por primera vez",
      well: "Funciona",
      degraded: "Funciona en parte",
      "needs-attention": "Te necesita",
      off: "Desconectada",
    },
    code: {
      platform_unauthorized: "La plataforma ya no nos deja entrar: falta el consentimiento o el secreto.",
      platform_unavailable: "La plataforma no responde. La presencia se muestra con su antigüedad.",
      platform_throttled: "La plataforma nos ha pedido ir más despacio.",
      platform_refused: "La plataforma rechaza lo que pedimos.",
      throttled:
        "La plataforma nos ha pedido callar más de un minuto. La presencia de allí es más antigua de lo habitual.",
      stretched: "Hay más personas de las que los límites de la plataforma permiten leer cada pocos segundos.",
      "push-silent":
        "La plataforma no ha enviado nada en diez minutos aunque hubo cambios. Los leemos nosotros mismos.",
      "push-blocked":
        "La plataforma había dejado de avisarnos porque nuestras respuestas fallaban o llegaban tarde. Nos hemos suscrito de nuevo.",
      "push-refused": "La plataforma no nos deja suscribirnos a sus avisos. Leemos la presencia nosotros mismos.",
      stream_taken: "Otro programa ha tomado allí nuestro flujo de eventos, así que las novedades llegan tarde.",
    },
    fix: {
      platform_unauthorized: "Da el consentimiento de nuevo o pon un secreto nuevo para esta conexión.",
      platform_unavailable: "Mira la página de estado de la plataforma y si este servicio puede llegar a ella.",
      platform_throttled: "Nada: se recupera sola. Si sigue así, otra aplicación gasta los mismos límites.",
      platform_refused: "Lee abajo lo que dice la plataforma y corrige los ajustes de la conexión.",
      throttled: "Nada: se recupera sola. Si sigue así, otra aplicación gasta los mismos límites.",
      stretched: "Activa los avisos de la plataforma o inscribe a menos personas en esta conexión.",
      "push-silent": "Comprueba que la plataforma puede llegar a la dirección de abajo.",
      "push-blocked":
        "Mira por qué fallaron las entregas: la base de datos, la red o un proxy delante de este servicio.",
      "push-refused": "Lee abajo lo que dice la plataforma; la presencia es correcta, solo llega un poco más tarde.",
      stream_taken: "Da a Patchcord un nombre de aplicación propio en los ajustes de esta conexión.",
    },
    elseFix: "Lee abajo lo que dice la plataforma.",
    says: "Lo que dice la plataforma",
    missing: "Permisos que hay que conceder",
    since: (age) => `desde hace ${age}`,
    swept: (age) => `Presencia leída hace ${age}`,
    synced: (age) => `Directorio leído hace ${age}`,
    never: "Aún no se ha leído",
    address: "Dirección para sus eventos",
    copy: "Copiar la dirección",
    copied: "Copiada",
    check: "Comprobar ahora",
    checking: "Preguntado. La respuesta aparece aquí en un momento.",
    consent: "Ir al consentimiento",
  },

  experts: {
    title: "Expertos",
    intro: "¿Les pueden llegar las solicitudes? Cada línea dice qué hay que arreglar.",
    none: "Todavía no hay expertos inscritos. Inscríbelos en patchcord.yaml o con PUT /v1/experts/{id}.",
    level: { green: "En orden", amber: "Podría mejorar", red: "Por arreglar", unknown: "No se sabe" },
    all: "Todos",
    filter: "Mostrar",
    name: "Nombre",
    state: "Estado",
    what: "Qué hacer",
    checked: "Comprobado",
    unchecked: "todavía no",
    ladder: "Cómo les llega una solicitud, paso a paso",
    lines: (name) => `Todo lo que se miró de ${name}`,
    check: (n) => count(n, { one: "Comprobar de nuevo # experto", other: "Comprobar de nuevo # expertos" }),
    asked: (n) =>
      count(n, {
        one: "Se pregunta a las plataformas por # experto.",
        other: "Se pregunta a las plataformas por # expertos.",
      }),
  },

  app: {
    title: "App de Teams",
    intro: "Tres pasos, una sola vez: crear el paquete y subirlo, dar el consentimiento, instalarla a los expertos.",
    none: "Todavía no hay conexión con Microsoft Teams. Defínela en patchcord.yaml y vuelve aquí.",
    connection: "Conexión",
    packaging: {
      title: "1 · El paquete",
      body: "O a mano: descárgalo y súbelo en el centro de administración de Teams, en Aplicaciones de Teams, Administrar aplicaciones, Cargar nueva aplicación.",
      center: "Abrir el centro de administración de Teams",
      make: "Crear y descargar",
      made: (name, size) => `${name}, ${size}. Comprobado con nuestras reglas: nada que corregir.`,
      schema:
        "Los esquemas de Microsoft los comprueba el comando npm run teams:package, que crea el mismo archivo byte por byte.",
      wrong: (n) => count(n, { one: "Sin paquete: # cosa que corregir.", other: "Sin paquete: # cosas que corregir." }),
      more: "Más ajustes",
      field: {
        baseUrl: "Dirección de esta instalación",
        appId: "Id. de aplicación (cliente)",
        botId: "Id. de cliente del bot, si es otro",
        appVersion: "Versión de la app; súbela con cada carga",
        manifestVersion: "Versión del manifiesto",
        developerName: "Quién lo gestiona",
        websiteUrl: "Dónde se encuentra ayuda",
        privacyUrl: "Política de privacidad",
        termsUrl: "Condiciones de uso",
      },
      newest: (version) => `${version} (la más nueva)`,
    },
    upload: {
      go: "Subir a Teams",
      reviewed: "Otra persona la revisa antes",
      who: "Después inicias sesión con una cuenta que pueda administrar las aplicaciones de Teams (rol Administrador de Teams; para una revisión, cualquier cuenta). Su permiso se usa solo para esta subida y no se guarda en ningún sitio.",
      leaving: "Hacia el inicio de sesión…",
      last: "Última subida",
      state: {
        new: (version) => `La versión ${version} está en el catálogo. Sigue con el consentimiento.`,
        updated: (version) => `La versión ${version} ha sustituido a la anterior.`,
        submitted: (version) =>
          `La versión ${version} espera su revisión: centro de administración de Teams, Administrar aplicaciones, Pendiente de aprobación.`,
      },
      refused: (version) => `La versión ${version} no se ha subido.`,
      why: {
        "sign-in":
          "No se completó el inicio de sesión o no se dio el consentimiento para subir. Inténtalo otra vez; si tu organización exige el consentimiento de un administrador, que la suba uno.",
        forbidden:
          "Esta cuenta no puede subir aplicaciones. Inicia sesión como Administrador de Teams o elige la revisión. Comprueba también que la configuración de toda la organización permita aplicaciones personalizadas.",
        exists:
          "Ya hay una aplicación con este id. que no se puede ver, casi siempre porque espera una revisión. Que la aprueben o la rechacen en el centro de administración de Teams y súbela otra vez.",
        invalid: "Teams rechaza el paquete. Abajo está lo que dice; corrígelo y súbelo otra vez.",
        platform_unauthorized:
          "Entra no acepta el secreto de cliente de esta conexión. Introduce uno nuevo y sube otra vez.",
        platform_throttled: "Microsoft nos pide ir más despacio. Sube otra vez dentro de un minuto.",
        platform_unavailable: "Microsoft no responde. Sube otra vez dentro de un minuto: nada se sube dos veces.",
      },
      version: (there) =>
        `El catálogo ya tiene la ${there} y solo acepta una versión más alta. Si nada ha cambiado, no hay nada que hacer; si no, sube la versión que ahora está puesta.`,
      elseWhy: (code) => `Teams la ha rechazado (${code}). Sube otra vez, o a mano.`,
      says: "Lo que dice Teams",
    },
    consent: {
      title: "2 · El consentimiento",
      body: "Un solo consentimiento para todo lo que pide el registro. Cada permiso permite una cosa; deja fuera lo que no quieras.",
      give: "Dar el consentimiento",
      check: "Comprobar el consentimiento",
      permission: "Permiso",
      unlocks: "Permite",
      level: "Nivel",
      state: "Estado",
      reads: "solo lee",
      writes: "cambia algo en Teams",
      feature: {
        presence: "ver quién está libre",
        directory: "encontrar compañeros por nombre, departamento y número",
        photos: "ver la cara junto al nombre",
        calendar: "saber hasta cuándo está alguien en una reunión",
        hold: "mostrar «En una llamada» mientras alguien habla con un cliente",
        meetings: "abrir una reunión de vídeo con un experto",
        install: "instalar esta app, y ninguna otra, a los expertos",
      },
      granted: "concedido",
      missing: "falta",
      unknown: "aún no se sabe",
      unused: "esta conexión no lo usa",
      readOnly:
        "El nivel de solo lectura necesita únicamente los dos primeros: pon features: [] en la conexión. La app llega entonces por una directiva de configuración.",
    },
    install: {
      title: "3 · Instalar a los expertos",
      noCatalog:
        "Primero sube la app: así se conoce aquí su id. en el catálogo. Si la subes a mano, pon ese id. en la conexión como catalogAppId, o usa una directiva de configuración.",
      start: (n) => count(n, { one: "Instalar a # experto", other: "Instalar a # expertos" }),
      started: (n) =>
        n === 0
          ? "Todos la tienen ya."
          : count(n, { one: "# instalación iniciada.", other: "# instalaciones iniciadas." }),
      progress: (done, all) => `${done} de ${all} expertos tienen la app`,
      state: {
        installed: "instalada",
        wanted: "instalándose",
        missing: "no instalada",
        failed: "no se pudo instalar",
        blocked: "bloqueada por esta persona",
        unknown: "aún no se ha mirado",
      },
      reason: {
        platform_unauthorized: "Falta el permiso para instalar. Da el consentimiento e instala de nuevo.",
        platform_refused: "Teams lo ha rechazado. Comprueba que la app está permitida para esta persona.",
        unreachable:
          "Teams dice que esta app no se puede instalar a esta persona. Comprueba la directiva de permisos de la app.",
        unsupported: "A la conexión le falta catalogAppId.",
        not_found: "Teams ya no conoce a esta persona.",
      },
      elseReason: (code) => `Teams no dijo por qué (${code}). Inténtalo de nuevo.`,
      result: "Resultado",
      none: "Ningún experto tiene cuenta en esta conexión.",
    },
  },

  rules: {
    title: "Reglas de presencia",
    intro:
      "Lo que alguien muestra en una plataforma puede seguirse en las otras. Prueba las reglas con un día antes de activarlas.",
    now: "En vigor",
    preset: {
      "in-call-both-ways": "En llamada, en ambos sentidos",
      "full-two-way": "Completa en ambos sentidos",
      "read-only": "Solo lectura",
    },
    about: {
      "in-call-both-ways": "Una llamada en un lado se muestra en el otro. Nada más.",
      "full-two-way": "También ocupado, no molestar y pausas se muestran en el otro lado.",
      "read-only": "Nunca se escribe nada. A quien está ocupado no se le pregunta.",
    },
    own: "Reglas propias",
    ownCount: (n) => count(n, { one: "# regla propia", other: "# reglas propias" }),
    version: (version, when) => (when ? `Versión ${version}, ${when}.` : "La predeterminada, que nadie ha cambiado."),
    exceptions: (teams, people) =>
      `Excepciones: ${count(teams, { one: "# departamento", other: "# departamentos" })}, ${count(people, { one: "# persona", other: "# personas" })}.`,
    tryOut: "Probar",
    choose: "Qué reglas",
    rule: {
      where: "Cuando",
      availability: "muestra",
      activity: "y",
      effect: "entonces",
      show: "como",
      any: "cualquier cosa",
      sides: {
        uc: "una plataforma de oficina",
        "contact-center": "un centro de contacto",
        "*": "cualquier plataforma",
      },
      effects: {
        hold: "mostrarlo en el otro lado",
        "set-state": "poner el estado del centro de contacto",
        "do-not-route": "no ofrecer trabajo",
        ignore: "nada",
      },
      add: "Añadir una regla",
      remove: (n) => `Quitar la regla ${n}`,
      label: (n, what) => `Regla ${n}: ${what}`,
    },
    day: {
      title: "El día",
      at: "hora",
      platform: "plataforma",
      add: "Añadir un evento",
      remove: (n) => `Quitar el evento ${n}`,
      label: (n, what) => `Evento ${n}: ${what}`,
      onQueue: "en cola",
      sample: "Un día de ejemplo",
    },
    result: {
      title: "Lo que habría pasado",
      writes: (n) => count(n, { one: "# vez se habría escrito algo.", other: "# veces se habría escrito algo." }),
      nothing: "No se habría escrito nada.",
      own: "muestra",
      ours: "mostramos",
      why: "Por qué",
      faulty: "Estas reglas no se pueden activar:",
    },
    apply: "Activar para todos",
    confirm: (name, teams, people) =>
      `«${name}» vale entonces en diez segundos para todos menos ${count(teams, { one: "# departamento", other: "# departamentos" })} y ${count(people, { one: "# persona", other: "# personas" })} con reglas propias.`,
    confirmed: "Sí, activar",
    applied: "Activada.",
    same: "Estas reglas ya están en vigor.",
  },

  audit: {
    title: "Registro",
    intro: "Quién hizo qué, lo más reciente primero. No contiene textos ni números de clientes.",
    at: "Cuándo",
    actor: "Quién",
    action: "Qué",
    target: "Sobre qué",
    none: "Todavía no se ha hecho nada.",
  },
};
