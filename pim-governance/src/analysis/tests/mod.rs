mod pairs;
mod properties;
mod sample;
mod sound;
