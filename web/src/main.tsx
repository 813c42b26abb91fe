import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { watchTheme } from './app/preferences';
import { watchHistory } from './lib/router';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/frame.css';
import './style/lists.css';
import './style/screens.css';
import './style/run.css';
import './style/flow.css';
import './style/schedules.css';
import './style/week.css';

watchTheme();
watchHistory();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
