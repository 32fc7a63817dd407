export { teamsHighContrastTheme as tokens } from "@fluentui/tokens";
