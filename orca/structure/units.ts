/** CODATA 2018. */
export const electronvoltPerHartree = 27.211386245988;
export const angstromPerBohr = 0.529177210903;
