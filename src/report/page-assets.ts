/** Script and style of the HTML report, which the build puts here from `report/browser`. */
export const PAGE_SCRIPT: string = '';
export const PAGE_STYLE: string = '';
