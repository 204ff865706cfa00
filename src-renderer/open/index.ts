export { OpenScreen } from './open-screen';
