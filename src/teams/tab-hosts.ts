/** Who may show the expert's tab in a frame. Source: Microsoft, "Tab requirements", table of frame-ancestor permissions. */
export const tabHosts: readonly string[] = [
  "https://*.cloud.microsoft",
  "https://teams.microsoft.com",
  "https://*.teams.microsoft.com",
  "https://*.microsoft365.com",
  "https://*.office.com",
];
