import { memo } from 'react';

// Own drawings on a 20 x 20 grid, stroked in the text's colour.
const drawings = {
  overview: 'M3 3.5h6v6H3zM11 3.5h6v3h-6zM11 9.5h6v7h-6zM3 12.5h6v4H3z',
  target: 'M3 4h14v5H3zM3 11h14v5H3zM6 6.5h.01M6 13.5h.01',
  job: 'M5 3h7l3 3v11H5zM12 3v3h3M8 10h4M8 13h4',
  run: 'M6 4l10 6-10 6z',
  command: 'M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  key: 'M7.5 8.5a3.5 3.5 0 1 0 0 3H11l1.5 1.5L14 11.5l1.5 1.5L17.5 11l-1.5-2.5z',
  group: 'M3 5h5v5H3zM12 5h5v5h-5zM7.5 13h5v4h-5zM5.5 10v2.5h9V10M10 12.5V13',
  clock: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4.5l3 1.5',
  late: 'M10 3a7 7 0 1 1-6.6 4.7M3 3.5v4h4M10 6v4.5l3 1.5',
  calendar: 'M3 5h14v12H3zM3 9h14M7 3v4M13 3v4M7 12.5h2M11 12.5h2',
  ring: 'M10 3a7 7 0 1 1-6.5 4.5',
  tick: 'M4 10.5l4 4 8-9',
  cross: 'M5 5l10 10M15 5L5 15',
  stop: 'M5 5h10v10H5z',
  warning: 'M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.01',
  dash: 'M4 10h12',
  hand: 'M6 10V6a1.2 1.2 0 0 1 2.4 0v3.5M8.4 9V4.5a1.2 1.2 0 0 1 2.4 0V9M10.8 9V5.5a1.2 1.2 0 0 1 2.4 0V11M13.2 9a1.2 1.2 0 0 1 2.3 0v3.5c0 3-2 4.5-4.5 4.5s-4-1-5.5-4l-1.5-2.5a1.2 1.2 0 0 1 2-1.3L6 10',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  wrench: 'M16.5 6.5a4 4 0 0 1-5.5 4.5L6 16l-2-2 5-5a4 4 0 0 1 4.5-5.5L11 6l.5 2.5L14 9z',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5L5 15',
  down: 'M5 8l5 5 5-5',
  up: 'M5 12l5-5 5 5',
  right: 'M8 5l5 5-5 5',
  left: 'M12 5l-5 5 5 5',
  more: 'M4 10h1M9.5 10h1M15 10h1',
  edit: 'M4 16l1-4 8.5-8.5 3 3L8 15zM12 5l3 3',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 11h6.6L14 6',
  copy: 'M7 7h9v10H7zM4 13V3h9v2',
  download: 'M10 3v10M6 9.5l4 4 4-4M4 17h12',
  upload: 'M10 14V4M6 7.5l4-4 4 4M4 17h12',
  tag: 'M3 3.5h7l7 7-6.5 6.5L3 10zM6.5 7h.01',
  plug: 'M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v3',
  user: 'M10 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM4 17c.5-3.5 3-5 6-5s5.5 1.5 6 5',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v2M10 16v2M2 10h2M16 10h2M4.5 4.5l1.3 1.3M14.2 14.2l1.3 1.3M15.5 4.5l-1.3 1.3M5.8 14.2l-1.3 1.3',
  moon: 'M16 12.5A7 7 0 0 1 7.5 4a6.5 6.5 0 1 0 8.5 8.5z',
  screen: 'M3 4h14v9H3zM7 17h6M10 13v4',
  pause: 'M7 4.5v11M13 4.5v11',
  follow: 'M10 3v9M6 8.5l4 4 4-4M4 16.5h12',
  wrap: 'M3 5h14M3 10h11a2.5 2.5 0 0 1 0 5h-4M12 13l-2 2 2 2M3 15h4',
  columns: 'M3 4h14v12H3zM8 4v12M12.5 4v12',
  hook: 'M7.5 8.5a3 3 0 1 1 3.6-3M10 6.5l-3 6M6.5 10.5a3 3 0 1 0 3.4 4.5H14M14 12a3 3 0 1 1-2.2 4.9M12 7l2.5 5',
  bolt: 'M11 2.5L4.5 11.5H9L8.5 17.5 15.5 8.5H11z',
  filter: 'M3 4h14l-5.5 6.5V16l-3-1.5v-4z',
  again: 'M16 10a6 6 0 1 1-2-4.5M14.5 2.5V6H11',
  logout: 'M8 3H4v14h4M8 10h9M13.5 6.5L17 10l-3.5 3.5',
  help: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM8 8a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M10 13.7v.01',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1-1',
  menu: 'M3 5h14M3 10h14M3 15h14',
  bell: 'M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 17.5h3M10 2.5V4',
  ledger: 'M5 3h10v14H5zM8 3v14M10.5 7H13M10.5 10H13',
  history: 'M3.5 10a6.5 6.5 0 1 1 2 4.7M3.5 15.5v-4h4M10 6.5V10l2.5 1.5',
  mail: 'M3 5h14v10.5H3zM3 6l7 5 7-5',
  speech: 'M3 4h14v9.5H9L5.5 17v-3.5H3z',
  send: 'M3 10l14-6-5 13-3-5.5zM9 11.5L17 4',
  shield: 'M10 2.5l6.5 2.5v5c0 4-3 6.5-6.5 7.5-3.5-1-6.5-3.5-6.5-7.5V5zM7 10l2.2 2.2L13.2 8',
  info: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 9.5V14M10 6.5v.01',
};

/** The name of a drawing. */
export type IconName = keyof typeof drawings;

/** A small drawing that goes with a word; screen readers pass over it. */
export const Icon = memo(function Icon({ name, size = 16, turning = false }: { name: IconName; size?: number; turning?: boolean }) {
  return (
    <svg
      className={turning ? 'icon icon-turning' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
});
