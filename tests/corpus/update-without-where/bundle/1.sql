UPDATE vh.ventures SET sector = 'Energy';
