export { webLightTheme as tokens } from "@fluentui/tokens";
