// The compiled form begins here.
import './without-jit.mjs';
import '../dist/silt-collector.mjs';
