/** Stands in for the optional library where it is not installed, so that the build does not need it. */
export {};
