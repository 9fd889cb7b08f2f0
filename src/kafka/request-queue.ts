import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const setTimer = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * kafkajs 2.2.4 sets a timer for requests that wait to be sent. While none waits, it sets it to `-1 - now`, which Node treats as
 * 1 ms: the timer fires a thousand times a second as long as a connection is open, and Node 24 and later warn of it on stderr
 * (https://github.com/tulios/kafkajs/issues/1704, /1751). A request that has to wait sets the timer itself, so without one no
 * timer is needed.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function () {
  if (this.pending.length > 0) setTimer.call(this);
};
