import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const setTimer = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * kafkajs 2.2.4 sets a timer for requests that wait to be sent, and where none waits to the time `-1 - now`, which Node takes
 * for 1 ms: so it comes again a thousand times a second for as long as a connection is open, and Node 24 and later say so on
 * stderr (https://github.com/tulios/kafkajs/issues/1704, /1751). A request that comes to wait sets the timer itself: without
 * one, none is needed.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function () {
  if (this.pending.length > 0) setTimer.call(this);
};
