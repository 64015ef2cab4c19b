import { render } from 'preact';
import { Application } from './components/application';
import './styles/index.css';

const root = document.getElementById('root');
if (root !== null) {
  render(<Application />, root);
}
