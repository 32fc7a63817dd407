import type { Sentences } from "./en.ts";

export const sentences: Sentences = {
  wildcardHost: {
    problem: "{0} es un comodín, que abarca también hosts que no son tuyos",
    fix: "Indica el único host que sirve la pestaña",
  },
  tunnelHost: {
    problem: "{0} es de un servicio de túneles, que la tienda rechaza",
    fix: "Sirve Patchcord con un nombre de host propio",
  },
  privateHost: {
    problem: "{0} no es un nombre de host público",
    fix: "Usa un nombre como patchcord.example.com al que Teams llegue desde internet",
  },
  notHost: {
    problem: "{0} es una dirección, no un nombre de host",
    fix: "Quita https:// y todo lo que va tras el host",
  },
  nonAsciiHost: { problem: "{0} tiene letras fuera de ASCII", fix: "Escríbelo en su forma xn--" },
  upperCaseHost: {
    problem: "{0} tiene mayúsculas, con las que falla el inicio de sesión en Android",
    fix: "Escríbelo en minúsculas, aquí y en el URI de id. de aplicación",
  },
  notAddress: {
    problem: "«{0}» no es una dirección",
    fix: "Escríbela entera, por ejemplo https://patchcord.example.com",
  },
  notHttps: {
    problem: "{0} no es https",
    fix: "Que empiece por https:// en minúsculas y se sirva con un certificado en el que confíen los navegadores",
  },
  credentials: {
    problem: "la dirección contiene un usuario o una contraseña",
    fix: "Quítalos: cualquiera puede leer el paquete",
  },
  moreThanHost: {
    problem: "{0} dice más que el esquema y el host",
    fix: "Quita el puerto, la ruta y la barra final: la app necesita el puerto https habitual",
  },
  notGuid: {
    problem: "«{0}» no es un GUID",
    fix: "Copia el id. de aplicación (cliente) del registro de la aplicación en el centro de administración de Entra",
  },
  placeholderGuid: {
    problem: "{0} es un valor de relleno",
    fix: "Copia el id. de aplicación (cliente) del registro de la aplicación en el centro de administración de Entra",
  },
  notVersion: { problem: "«{0}» no son tres números con puntos", fix: "Escríbela como 1.0.0, sin sufijo" },
  zeroVersion: { problem: "{0} empieza por 0, y el catálogo de aplicaciones lo rechaza", fix: "Empieza por 1.0.0" },
  unknownManifestVersion: { problem: "«{0}» no es una versión que hagamos", fix: "Elige una de {1}, o no la indiques" },
  developerName: {
    problem: "el nombre tiene {0} caracteres y se permiten de 1 a 32",
    fix: "Usa el nombre corto de tu organización",
  },
  needlessKey: {
    problem: "esta app no usa esa clave",
    fix: "Quítala, o añádela a la lista de claves necesarias con la función que la necesita",
  },
  tooMuchPermission: { problem: "{0} es más de lo que la app necesita", fix: "Quítalo" },
  otherSchema: { problem: "no es el esquema de manifestVersion {0}", fix: "Pon {1}" },
  strangeHost: { problem: "{0} no sirve ninguna pestaña de esta app", fix: "Quítalo" },
  missingHost: { problem: "falta {0}, que sirve una pestaña", fix: "Añade {0}" },
  reservedTab: { problem: "Teams pone él mismo el nombre de esta pestaña", fix: "Quita su nombre" },
  otherResource: {
    problem: "{0} no es lo que necesitan la pestaña y el bot",
    fix: "Pon {1}, aquí y en la aplicación de Entra",
  },
  emptyText: { problem: "el texto está vacío", fix: "Escribe uno" },
  tooLong: { problem: "{0} caracteres, y se permiten {1}", fix: "Acórtalo en {2}" },
  untranslated: { problem: "sin traducir", fix: "Añádelo al archivo del idioma" },
  unknownText: { problem: "el manifiesto no tiene ese texto", fix: "Quita la clave o corrige su ruta" },
  reservedName: {
    problem: "el nombre usa una palabra que Microsoft se reserva",
    fix: "Quita palabras como Teams, Chat, Calls, Help o el nombre de otro producto de Microsoft",
  },
  saysApp: { problem: "dice «app»", fix: "Di en su lugar qué obtiene la gente" },
  repeatsName: { problem: "repite el nombre, que está al lado", fix: "Usa el sitio para decir qué obtiene la gente" },
  repeatsShort: { problem: "repite la descripción corta", fix: "Dilo con otras palabras" },
  tooManyWords: { problem: "más de 500 palabras", fix: "Acórtalo" },
  noHelp: { problem: "no hay dirección de ayuda", fix: "Termínalo con una línea que contenga {support}" },
  teamsFirst: { problem: "se nombra Teams antes que Microsoft Teams", fix: "Escribe Microsoft Teams la primera vez" },
  abbreviated: { problem: "se abrevia Microsoft", fix: "Escribe Microsoft" },
  oldName: { problem: "Office 365 es un nombre antiguo", fix: "Escribe Microsoft 365" },
  certified: { problem: "solo pueden decirlo los socios certificados", fix: "Escribe «funciona con» o «para»" },
  buttonName: { problem: "Teams tiene un botón con ese nombre", fix: "Añade qué tiene el nuestro de especial" },
  margin: {
    problem: "el símbolo se sale de los 96x96 píxeles del centro, o el fondo no es de un solo color",
    fix: "Deja 48 píxeles de fondo liso en cada lado; Teams los recorta",
  },
  background: {
    problem: "el fondo no es del color de énfasis {0}",
    fix: "Haz que sean iguales, o el fondo del todo transparente",
  },
  notWhite: {
    problem: "tiene píxeles que no son ni blancos ni transparentes",
    fix: "Dibújalo solo en blanco puro (255, 255, 255)",
  },
  notTransparent: { problem: "su fondo no es transparente", fix: "Quita el fondo" },
  emptyMargin: {
    problem: "hay un margen vacío alrededor del símbolo",
    fix: "Haz que el símbolo llegue a dos bordes opuestos",
  },
  unreadablePicture: {
    problem: "no se puede leer la imagen ({0})",
    fix: "Expórtala como PNG de 8 bits por canal, RGB o RGBA, sin entrelazar",
  },
  pictureSize: { problem: "{0} píxeles en lugar de {1}", fix: "Expórtala a {1}" },
  missingFile: { problem: "falta el archivo", fix: "Añádelo en la raíz del paquete" },
  notJson: { problem: "no es JSON", fix: "Crea el paquete otra vez en lugar de editarlo" },
  needlessFile: { problem: "el manifiesto no nombra este archivo", fix: "Sácalo" },
  otherSchemaVersion: { problem: "su $schema es de otra versión que el manifiesto", fix: "Pon {0}" },
  noOfficialSchema: { problem: "no hay ningún esquema oficial {0}", fix: "Corrige la línea $schema" },
  officialSchema: { problem: "el esquema de Microsoft dice: {0}", fix: "Corrige esa parte del archivo" },
};
