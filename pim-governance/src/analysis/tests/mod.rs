mod pairs;
mod properties;
mod sound;
