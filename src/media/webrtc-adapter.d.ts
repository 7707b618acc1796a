declare module 'webrtc-adapter/out/adapter_no_global.js';
