// What the page can do with scripts; without them everything is there to be read.
(function () {
  'use strict';
  var root = document.documentElement;
  var words = JSON.parse(document.getElementById('words').textContent);
  var each = function (list, f) { Array.prototype.forEach.call(list, f); };
  var make = function (name, attributes, text) {
    var node = document.createElement(name);
    for (var key in attributes) { node.setAttribute(key, attributes[key]); }
    if (text !== undefined) { node.textContent = text; }
    return node;
  };
  root.classList.add('js');

  // Three digits are what a reader can use; thousands are set apart.
  var round = function (value) {
    var size = Math.abs(value);
    if (size < 5e-7) { return '0'; }
    return written(value, Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size)))));
  };
  // A number of an axis, with the decimals that its steps need.
  var tick = function (value, step) {
    var decimals = 0;
    while (decimals < 6 && Math.abs(step - Number(step.toFixed(decimals))) > 1e-6 * step) { decimals += 1; }
    return written(value, decimals);
  };
  var written = function (value, decimals) {
    var parts = Math.abs(value).toFixed(decimals).split('.');
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ',');
    var text = parts.join('.');
    return value < 0 && /[1-9]/.test(text) ? '\u2212' + text : text;
  };

  // Tables sort by a click on a heading; the total stays below.
  each(document.querySelectorAll('table.sort'), function (table) {
    var body = table.tBodies[0];
    each(table.tHead.rows[0].cells, function (head, column) {
      var button = make('button', { type: 'button', title: words.sort });
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () {
        var up = head.getAttribute('aria-sort') === 'descending';
        each(table.tHead.rows[0].cells, function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        var key = function (row) {
          var cell = row.cells[column];
          var value = cell.getAttribute('data-v');
          return value === null ? cell.textContent : value === '' ? -Infinity : Number(value);
        };
        var rows = Array.prototype.filter.call(body.rows, function (row) { return !row.classList.contains('total'); });
        rows.sort(function (a, b) {
          var x = key(a), y = key(b);
          var order = typeof x === 'number' && typeof y === 'number'
            ? (x < y ? -1 : x > y ? 1 : 0)
            : String(x).localeCompare(String(y), root.lang, { numeric: true });
          return up ? order : -order;
        });
        var total = body.querySelector('tr.total');
        rows.forEach(function (row) { body.insertBefore(row, total); });
      });
    });
  });

  // One park, or all of them.
  var choice = document.getElementById('park');
  var sections = document.querySelectorAll('section.park');
  var show = function (index) {
    each(sections, function (section) {
      section.classList.toggle('hidden', index !== '' && section.id !== 'park-' + index);
    });
  };
  if (choice) {
    choice.addEventListener('change', function () {
      show(choice.value);
      if (choice.value === '') { return; }
      document.getElementById('park-' + choice.value).scrollIntoView();
      var week = document.getElementById('week-park');
      if (week && week.querySelector('option[value="' + choice.value + '"]')) {
        week.value = choice.value;
        week.dispatchEvent(new Event('change'));
      }
    });
    // A link to a park that is hidden shows it.
    window.addEventListener('hashchange', function () {
      var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      var section = target && target.closest('section.park');
      if (section && section.classList.contains('hidden')) {
        choice.value = '';
        show('');
        target.scrollIntoView();
      }
    });
  }
  var opener = document.getElementById('open-all');
  if (opener) {
    opener.addEventListener('click', function () {
      var open = opener.getAttribute('aria-pressed') !== 'true';
      opener.setAttribute('aria-pressed', open);
      each(document.querySelectorAll('details'), function (details) { details.open = open; });
    });
  }

  // A legend entry hides or shows its series.
  each(document.querySelectorAll('figure svg[data-legend]'), function (svg) {
    var entries = svg.getAttribute('data-legend').split('|');
    if (entries.length < 2) { return; }
    var keys = make('div', { 'class': 'keys', role: 'group', 'aria-label': words.series });
    entries.forEach(function (entry) {
      var at = entry.lastIndexOf('=');
      var colour = entry.slice(at + 1);
      var button = make('button', { type: 'button', 'aria-pressed': 'true' });
      button.appendChild(make('i', { style: 'background:' + colour }));
      button.appendChild(document.createTextNode(entry.slice(0, at)));
      button.addEventListener('click', function () {
        var on = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', on);
        each(svg.querySelectorAll('g[data-series] [fill="' + colour + '"],g[data-series] [stroke="' + colour + '"]'), function (mark) {
          mark.style.display = on ? '' : 'none';
        });
      });
      keys.appendChild(button);
    });
    var figure = svg.closest('figure');
    figure.insertBefore(keys, figure.querySelector('figcaption'));
  });

  // The values of a figure under the pointer, read from the table beside it.
  each(document.querySelectorAll('figure[data-hover]'), function (figure) {
    var svg = figure.querySelector('svg');
    var table = figure.querySelector('details table');
    var plot = svg && svg.getAttribute('data-plot');
    if (!plot || !table) { return; }
    var left = Number(plot.split(' ')[0]), right = Number(plot.split(' ')[2]);
    var heads = table.tHead.rows[0].cells;
    var rows = Array.prototype.filter.call(table.tBodies[0].rows, function (row) { return !row.hasAttribute('data-undrawn'); });
    var tip = make('div', { 'class': 'tip hidden', 'aria-hidden': 'true' });
    figure.appendChild(tip);
    svg.addEventListener('pointermove', function (event) {
      var box = svg.getBoundingClientRect();
      var x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      var row = rows[Math.floor((x - left) / (right - left) * rows.length)];
      tip.classList.toggle('hidden', !row);
      if (!row) { return; }
      tip.textContent = '';
      tip.appendChild(make('b', {}, row.cells[0].textContent));
      for (var c = 1; c < heads.length; c += 1) {
        if (row.cells[c].textContent !== '0') {
          tip.appendChild(make('div', {}, heads[c].textContent + ' ' + row.cells[c].textContent));
        }
      }
      tip.appendChild(make('div', {}, table.getAttribute('data-unit') || ''));
      var place = figure.getBoundingClientRect();
      var at = event.clientX - place.left;
      tip.style.top = (event.clientY - place.top + 14) + 'px';
      tip.style.left = (at > place.width / 2 ? Math.max(0, at - tip.offsetWidth - 14) : at + 14) + 'px';
    });
    svg.addEventListener('pointerleave', function () { tip.classList.add('hidden'); });
  });

  // Any week of any park.
  var years = document.getElementById('years');
  if (!years || typeof DecompressionStream === 'undefined') { return; }
  var book = JSON.parse(years.textContent);
  var explorer = document.getElementById('explorer');
  var parkChoice = document.getElementById('week-park');
  var dateChoice = document.getElementById('week-day');
  var chart = document.getElementById('chart');
  var readout = document.getElementById('readout');
  var keys = document.getElementById('week-keys');
  var unpacked = {}, off = {}, park, columns, cursor = 12, start = 0;
  var W = 1100, LEFT = 78, RIGHT = 1080, TOP = 34, BOTTOM = 380, STORE = 430, FOOT = 520;
  var NS = 'http://www.w3.org/2000/svg';
  var day0 = Date.UTC(book.year, 0, 1);
  var date = function (day) { return new Date(day0 + day * 864e5); };
  var shown = function (day) {
    var d = date(day);
    return words.date.replace('{d}', d.getUTCDate()).replace('{m}', words.months[d.getUTCMonth()]);
  };

  // Columns are shares of their largest value in 12 bits, high bytes first, packed with zlib.
  var unpack = function (column) {
    var bytes = Uint8Array.from(atob(column.data), function (c) { return c.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).arrayBuffer().then(function (buffer) {
      var raw = new Uint8Array(buffer), count = raw.length / 2, values = new Float64Array(count);
      for (var i = 0; i < count; i += 1) { values[i] = (raw[i] * 256 + raw[count + i]) / 4095 * column.max; }
      return { key: column.key, label: column.label, colour: column.colour, edge: column.edge, side: column.side, max: column.max, values: values };
    });
  };
  var element = function (name, attributes, text) {
    var node = document.createElementNS(NS, name);
    for (var key in attributes) { node.setAttribute(key, attributes[key]); }
    if (text !== undefined) { node.textContent = text; }
    chart.appendChild(node);
    return node;
  };
  var top = function (value) {
    if (!(value > 0)) { return 1; }
    var power = Math.pow(10, Math.floor(Math.log10(value)));
    // A quarter of each is round.
    return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 4.8, 6, 8, 10].map(function (s) { return s * power; })
      .filter(function (end) { return end >= value * 0.999999; })[0];
  };
  var steps = function (values, y) {
    return values.map(function (v, i) {
      var a = LEFT + i / 168 * (RIGHT - LEFT), b = LEFT + (i + 1) / 168 * (RIGHT - LEFT);
      return a.toFixed(1) + ',' + y(v).toFixed(1) + ' ' + b.toFixed(1) + ',' + y(v).toFixed(1);
    });
  };
  var part = function (column) { return Array.prototype.slice.call(column.values, start * 24, start * 24 + 168); };
  var draw = function () {
    chart.textContent = '';
    var on = columns.filter(function (column) { return !off[column.key]; });
    var supply = on.filter(function (column) { return column.side === 'supply'; });
    var uses = on.filter(function (column) { return column.side === 'use'; });
    var sum = function (list) {
      var total = new Array(168).fill(0);
      list.forEach(function (column) { part(column).forEach(function (v, i) { total[i] += v; }); });
      return total;
    };
    var demand = sum(uses);
    var high = Math.max.apply(null, demand.concat(sum(supply)));
    var factor = high >= 2000 ? 1000 : 1, end = top(high);
    var y = function (v) { return BOTTOM - v / end * (BOTTOM - TOP); };
    for (var k = 0; k <= 4; k += 1) {
      var at = y(end * k / 4);
      element('line', { x1: LEFT, x2: RIGHT, y1: at, y2: at, stroke: words.grid });
      element('text', { x: LEFT - 8, y: at + 5, 'text-anchor': 'end' }, tick(end * k / 4 / factor, end / 4 / factor));
    }
    element('text', { x: LEFT - 8, y: 20, 'text-anchor': 'end' }, factor === 1000 ? 'MW' : 'kW');
    var below = new Array(168).fill(0);
    supply.forEach(function (column) {
      var above = part(column).map(function (v, i) { return below[i] + v; });
      var outline = steps(above, y).concat(steps(below, y).map(function (p) { return p.split(' ').reverse().join(' '); }).reverse());
      element('polygon', { points: outline.join(' '), fill: column.colour, stroke: column.edge || 'none', 'data-series': column.key });
      below = above;
    });
    if (uses.length) {
      element('polyline', { points: steps(demand, y).join(' '), fill: 'none', stroke: uses[0].colour, 'stroke-width': 2, 'data-series': 'demand' });
    }
    var stored = on.filter(function (column) { return column.side === 'store'; })[0];
    if (stored) {
      var most = top(Math.max.apply(null, stored.values)), big = most >= 2000 ? 1000 : 1;
      var ys = function (v) { return FOOT - v / most * (FOOT - STORE); };
      [0, most].forEach(function (v) {
        element('line', { x1: LEFT, x2: RIGHT, y1: ys(v), y2: ys(v), stroke: words.grid });
        element('text', { x: LEFT - 8, y: ys(v) + 5, 'text-anchor': 'end' }, tick(v / big, most / big));
      });
      element('text', { x: LEFT, y: STORE - 8 }, stored.label + ', ' + (big === 1000 ? 'MWh' : 'kWh'));
      element('polyline', { points: steps(part(stored), ys).join(' '), fill: 'none', stroke: stored.colour, 'stroke-width': 2, 'data-series': stored.key });
    }
    for (var d = 0; d < 7; d += 1) {
      var x = LEFT + (d + 0.5) / 7 * (RIGHT - LEFT), edge = LEFT + d / 7 * (RIGHT - LEFT);
      element('line', { x1: edge, x2: edge, y1: BOTTOM, y2: BOTTOM + 6, stroke: '#28282e' });
      element('text', { x: x, y: BOTTOM + 20, 'text-anchor': 'middle' }, shown(start + d));
    }
    point(cursor);
  };
  var point = function (hour) {
    cursor = Math.min(167, Math.max(0, hour));
    var old = chart.querySelector('.cursor');
    if (old) { old.remove(); }
    var x = LEFT + (cursor + 0.5) / 168 * (RIGHT - LEFT);
    element('line', { 'class': 'cursor', x1: x, x2: x, y1: TOP, y2: FOOT, stroke: '#28282e', 'stroke-dasharray': '3 3' });
    readout.textContent = '';
    var clock = (cursor % 24 < 10 ? '0' : '') + cursor % 24 + ':00';
    readout.appendChild(make('span', {}, shown(start + Math.floor(cursor / 24)) + ' ' + clock));
    columns.filter(function (column) { return !off[column.key]; }).forEach(function (column) {
      var value = column.values[start * 24 + cursor], unit = column.side === 'store' ? 'kWh' : 'kW';
      if (column.max >= 2000 || value >= 2000) { value /= 1000; unit = 'M' + unit.slice(1); }
      readout.appendChild(make('span', {}, column.label + ' ' + round(value) + ' ' + unit));
    });
  };
  var week = function (day) {
    start = Math.min(book.days - 7, Math.max(0, day));
    dateChoice.value = date(start).toISOString().slice(0, 10);
    draw();
  };
  var choose = function (index) {
    park = book.parks.filter(function (candidate) { return candidate.index === index; })[0];
    var ready = unpacked[index] || (unpacked[index] = Promise.all(park.columns.map(unpack)));
    ready.then(function (list) {
      columns = list;
      keys.textContent = '';
      columns.forEach(function (column) {
        var button = make('button', { type: 'button', 'aria-pressed': !off[column.key], 'data-key': column.key });
        button.appendChild(make('i', { style: 'background:' + column.colour }));
        button.appendChild(document.createTextNode(column.label));
        button.addEventListener('click', function () {
          off[column.key] = !off[column.key];
          button.setAttribute('aria-pressed', !off[column.key]);
          draw();
        });
        keys.appendChild(button);
      });
      explorer.classList.add('ready');
      week(unpacked.started ? start : park.first);
      unpacked.started = true;
    });
  };
  dateChoice.min = date(0).toISOString().slice(0, 10);
  dateChoice.max = date(book.days - 7).toISOString().slice(0, 10);
  dateChoice.addEventListener('change', function () {
    var day = Math.round((Date.parse(dateChoice.value + 'T00:00:00Z') - day0) / 864e5);
    if (day >= 0 && columns) { week(day); }
  });
  document.getElementById('week-before').addEventListener('click', function () { week(start - 7); });
  document.getElementById('week-after').addEventListener('click', function () { week(start + 7); });
  parkChoice.addEventListener('change', function () { choose(Number(parkChoice.value)); });
  chart.addEventListener('pointermove', function (event) {
    var box = chart.getBoundingClientRect();
    var x = (event.clientX - box.left) / box.width * W;
    if (columns && x >= LEFT && x < RIGHT) { point(Math.floor((x - LEFT) / (RIGHT - LEFT) * 168)); }
  });
  chart.addEventListener('keydown', function (event) {
    var move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24 }[event.key];
    if (move && columns) { event.preventDefault(); point(cursor + move); }
  });
  choose(book.parks[0].index);
}());
